"""Parts of a claim's figure."""

import matplotlib.pyplot as plt
import numpy as np

from stridesim.plots.claims import seen
from stridesim.plots.style import figure_style


def test_what_is_seen_stands_above_every_line_and_has_no_tick_beside_it() -> None:
    with figure_style():
        figure, axes = plt.subplots()
        axes.plot(np.arange(3), [0.0, 1.0, 0.5])
        axes.set_ylim(0, 1)
        seen(axes, "The middle is the highest of the three places")
        figure.canvas.draw()
        into = axes.transData.inverted()
        (words,) = [text for text in axes.texts if text.get_text()]
        lowest = into.transform(words.get_window_extent())[0, 1]
        ticks = axes.get_yticks()
        plt.close(figure)
    assert words.get_text().count("\n") == 1
    assert lowest > 1.0
    assert max(ticks) <= 1.0

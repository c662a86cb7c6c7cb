"""What a person asks: one file a question, each with one function that returns an answer.

    stride              one stride: mechanics, joints, muscles, energy
    optimum             the gait of least cost
    ensemble            how well the answer is known
    comparison          runners, or settings, side by side
    sweep               a design of many points
    sensitivity         which parameters matter to one runner
    global_sensitivity  which parameters matter over ranges
    perturbation        a runner who is disturbed in mid-run
    measurement         what recordings show
    fit                 recordings become a runner
    validation          the model against the published record
    experiment          a question with its figure

A study takes a runner and plain arguments. It dispatches on strategy and metabolic model, refuses
a choice that it cannot honour, and returns a frozen `Answer` that every door prints, draws or
writes as it likes: the command line, a notebook, the teaching page.
"""

"""What do recorded ground forces say about a runner's steps?

Readers turn a file into one frame and unit (`recording`), contacts are found on the filtered
vertical force (`contacts`), and every step is measured under the names of `stridesim.results`
(`steps`). NumPy and SciPy only: the same numbers can judge the model without sharing its code.
"""

from stridesim.recordings.contacts import Contacts, find_contacts
from stridesim.recordings.measures import RecordedRunner, StepMeasures, as_record
from stridesim.recordings.readers import read_forces
from stridesim.recordings.recording import ForceRecording
from stridesim.recordings.settings import MeasureSettings
from stridesim.recordings.stance_curves import StanceCurves
from stridesim.recordings.steps import measure_steps

__all__ = [
    "Contacts",
    "ForceRecording",
    "MeasureSettings",
    "RecordedRunner",
    "StanceCurves",
    "StepMeasures",
    "as_record",
    "find_contacts",
    "measure_steps",
    "read_forces",
]

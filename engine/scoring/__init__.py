"""Effective points, the score vector, the headline and the profile's limits (pure functions).

All shares are of the base: the sum of effective points of base and pooled deduction lines. Every
share carries an interval in which lines of unclear class and lines under review stand at both ends.
"""

from engine.scoring.limits import limit_states as limit_states
from engine.scoring.points import FloatArray as FloatArray
from engine.scoring.points import bonus_cap as bonus_cap
from engine.scoring.points import effective_breadth as effective_breadth
from engine.scoring.points import effective_points as effective_points
from engine.scoring.points import pool_shares as pool_shares
from engine.scoring.points import weight_shares as weight_shares
from engine.scoring.shares import FROZEN_CLASSES as FROZEN_CLASSES
from engine.scoring.shares import class_share as class_share
from engine.scoring.shares import frozen_codes as frozen_codes
from engine.scoring.shares import possible_classes as possible_classes
from engine.scoring.vector import headline as headline
from engine.scoring.vector import score_vector as score_vector

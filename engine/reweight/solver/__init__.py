"""The only door to PuLP and HiGHS: a programme is stated in PuLP and passed once; the status is read first.

`Highs` keeps one model and changes bounds, costs and rows in place. `Cbc` states each question anew and
is there to compare with.
"""

from engine.reweight.solver.asked import LARGE as LARGE
from engine.reweight.solver.asked import FloatArray as FloatArray
from engine.reweight.solver.asked import Matrix as Matrix
from engine.reweight.solver.asked import Model as Model
from engine.reweight.solver.asked import Solution as Solution
from engine.reweight.solver.cbc import Cbc as Cbc
from engine.reweight.solver.highs import Highs as Highs
from engine.reweight.solver.stated import minimise_linear as minimise_linear
from engine.reweight.solver.stated import state as state
from engine.reweight.solver.stated import write_model as write_model

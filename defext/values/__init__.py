"""What words mean: the values that records are joined on. Never calls a model."""

from defext.values.countries import states_in
from defext.values.dates import when
from defext.values.equipment import equipment
from defext.values.money import Money, money
from defext.values.organisations import company, organisation
from defext.values.people import person
from defext.values.quantities import Quantity, quantity
from defext.values.states import state

__all__ = [
    "Money",
    "Quantity",
    "company",
    "equipment",
    "money",
    "organisation",
    "person",
    "quantity",
    "state",
    "states_in",
    "when",
]

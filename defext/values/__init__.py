"""What words mean: the values that records are joined on. Never calls a model.

`state`, `organisation`, `person`, `equipment`, `quantity`, `money` and `when` read words that name
one; those with `_in` find every one that a text names.
"""

from defext.schema import Equipment, Money, Quantity, When
from defext.values.countries import states_in
from defext.values.dates import when
from defext.values.equipment import equipment, equipment_in
from defext.values.money import money, money_in
from defext.values.organisations import company, organisation
from defext.values.people import person
from defext.values.quantities import quantities_in, quantity
from defext.values.states import state

__all__ = [
    "Equipment",
    "Money",
    "Quantity",
    "When",
    "company",
    "equipment",
    "equipment_in",
    "money",
    "money_in",
    "organisation",
    "person",
    "quantities_in",
    "quantity",
    "state",
    "states_in",
    "when",
]

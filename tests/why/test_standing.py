"""What a figure rests on is counted, the weakest first."""

from __future__ import annotations

from calculator.why import Figures, derive
from calculator.why.standing import standing, standings
from materials_db.database import MaterialsDB


def test_counts_and_sentence(db: MaterialsDB) -> None:
    recalled = [row for row in db.tariffs if row.recalled][:1]
    assumed = [row for row in db.prices if row.basis == "assumed"][:2]
    reported = [row for row in db.prices if row.basis == "reported"][:1]
    found = standing([*assumed, *reported, *recalled, *reported])
    assert found.records == 3
    assert found.recalled == 1
    assert found.weakest == "assumed"
    assert found.sentence.startswith("rests on 2 estimates, 1 recalled value and 1 reported value")


def test_nothing_below() -> None:
    assert standing([]).sentence == "rests on no record of the database"
    assert standing([]).weakest == ""


def test_a_step_stands_on_what_its_inputs_stand_on(compared: Figures) -> None:
    found = compared.by_address["comparison/LFP/cell cost"]
    tree = derive(found.address, found.number)
    stands = standings(tree)
    whole = standing(tree.records)
    assert stands[tree.top.id] == whole
    for step in tree.steps.values():
        for one in step.inputs:
            assert stands[one].records <= stands[step.id].records

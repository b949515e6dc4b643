"""Faults of projects: numbers of a project nobody registered, materials no table counts."""

from __future__ import annotations

from collections.abc import Iterator

from materials_db.database import MaterialsDB
from materials_db.faults import Fault, did_you_mean


def project_faults(db: MaterialsDB) -> Iterator[Fault]:
    """Every fault between the tables of projects and the rest."""
    for row in db.project_numbers:
        if row.project not in db.projects:
            remedy = f"{did_you_mean(row.project, db.projects)} or add it to projects"
            yield Fault(row.file, row.row, f"project '{row.project}' is not known", remedy)
    counted = {(share.material, share.stage) for share in db.shares}
    for project in db.projects.values():
        name = project.network_material
        if name and (name, project.stage) not in counted:
            what = f"network_material '{name}' has no shares at {project.stage}"
            remedy = did_you_mean(name, {material for material, _ in counted})
            yield Fault(project.file, project.row, what, remedy)
        good = project.network_good
        if good and good not in db.materials:
            remedy = did_you_mean(good, db.materials)
            yield Fault(project.file, project.row, f"network_good '{good}' is not known", remedy)

"""From the words of another system to our units and procedures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tthc.domain.imports import Intake
from tthc.domain.mapping import ProcedureMode, ProcedureRule, SourceMapping, UnitMode
from tthc.domain.reference import UnitLevel
from tthc.domain.refusals import RowRefusedError
from tthc.domain.text import search_form
from tthc.services.reference import Reference, UnitEntry

LONGEST_UNIT_CODE = 10
LONGEST_NAME = 200

_PROVINCE_COPY = re.compile(r"\.[HG][0-9]{2}\Z", re.ASCII)
"""A province's copy of a national procedure ends in its own code: ``1.012753.H19``."""


class Places:
    """The units and procedures that rows of one source may mean.

    ``made`` are the units met for the first time, by code; they are to be written before the
    dossiers that point at them.
    """

    def __init__(
        self, reference: Reference, mapping: SourceMapping, scope_units: frozenset[str] | None
    ) -> None:
        self._reference = reference
        self._mapping = mapping
        self._scope_units = scope_units
        self._units = _index_units(reference.units.values(), mapping.unit.mode)
        self._agencies = {unit.agency_code for unit in reference.units.values()}
        self._procedures = _index_procedures(reference, mapping.procedure)
        self.made: dict[str, str] = {}

    def unit_of(self, intake: Intake) -> str | None:
        """Return the code of the dossier's unit, None for the unassigned bucket.

        Raises:
            RowRefusedError: no such unit, not one's own, or none can be made.
        """
        code = self._find_unit(intake)
        is_open = self._scope_units is None
        if not is_open and code not in (self._scope_units or ()):
            raise RowRefusedError("unit_unknown")
        return code

    def _find_unit(self, intake: Intake) -> str | None:
        rule = self._mapping.unit
        label = intake.unit_label
        if rule.mode is UnitMode.DOSSIER_CODE:
            label = intake.code.agency if intake.code else ""
        if not label and rule.may_be_empty:
            return None
        if label and rule.mode is UnitMode.CREATE:
            return self._make_unit(label)
        found = self._units.get(search_form(label) if rule.mode is UnitMode.NAME else label)
        if found is None:
            raise RowRefusedError("unit_unknown")
        return found.code

    def _make_unit(self, label: str) -> str:
        code = self._mapping.unit.made_code(label)
        known = self._reference.units.get(code)
        is_fit = len(code) <= LONGEST_UNIT_CODE and len(label) <= LONGEST_NAME
        name = known.name if known else self.made.get(code, label)
        is_ours = known is None or known.level is UnitLevel.OTHER
        if not (is_fit and is_ours and code.isprintable() and name == label):
            raise RowRefusedError("unit_malformed", column=self._mapping.columns["unit"])
        if known is None:
            self.made[code] = label
        return code

    def procedure_of(self, intake: Intake) -> str | None:
        """Return the code of the dossier's procedure, None where the source tells none.

        Raises:
            RowRefusedError: not in the catalogue, or its name means several.
        """
        rule = self._mapping.procedure
        if rule.mode is ProcedureMode.NONE:
            return None
        label = intake.procedure_label
        if rule.mode is ProcedureMode.NAME:
            wanted = rule.folded(label)
        elif rule.mode is ProcedureMode.CODE:
            wanted = _PROVINCE_COPY.sub("", label)
        else:
            wanted = rule.value or ""
        found = self._procedures.get(wanted)
        if found is None:
            raise RowRefusedError("procedure_unknown")
        return found

    def is_our_agency(self, agency_code: str) -> bool:
        """Say whether dossier codes of this agency are given out here."""
        return agency_code in self._agencies


def _index_units(units: Iterable[UnitEntry], mode: UnitMode) -> Mapping[str, UnitEntry | None]:
    found: dict[str, UnitEntry | None] = {}
    for unit in units:
        name = _unit_name(unit, mode)
        if name is not None:
            found[name] = None if name in found else unit
    return found


def _unit_name(unit: UnitEntry, mode: UnitMode) -> str | None:
    if mode is UnitMode.NAME:
        return unit.name_search
    if mode in {UnitMode.AGENCY_CODE, UnitMode.DOSSIER_CODE}:
        return unit.agency_code
    return unit.code


def _index_procedures(reference: Reference, rule: ProcedureRule) -> Mapping[str, str | None]:
    if rule.mode is not ProcedureMode.NAME:
        return {code: code for code in reference.procedures}
    found: dict[str, str | None] = {}
    for procedure in reference.procedures.values():
        name = rule.folded(procedure.name)
        found[name] = None if name in found else procedure.code
    return found


def unit_values(made: Mapping[str, str], mapping: SourceMapping, day: date) -> list[dict[str, Any]]:
    """Return the rows of units met only in imported data, valid from ``day`` on."""
    return [
        {
            "code": code,
            "level": UnitLevel.OTHER,
            "parent_code": None,
            "agency_code": None,
            "name": label,
            "name_search": search_form(label),
            "valid_from": day,
            "valid_to": None,
            "source": f"import: {mapping.name}",
        }
        for code, label in made.items()
    ]

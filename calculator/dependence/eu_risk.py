"""Supply risk by the method of the European Union (JRC 2017), from inputs the user gives.

SR = [HHI_GS x IR/2 + HHI_EU x (1 - IR/2)] x (1 - EoL-RIR) x SI, with HHI = sum(S^2 x WGI x t).
The database holds shares of world production, scores of political stability and end-of-life
recycling input rates; sourcing of the Union, import reliance and substitution are the user's.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from calculator.concentration import Floats, weighted_hhi
from calculator.errors import InputError

_WGI_SCALE = 10.0
"""The method scales governance from 0 (best) to 10 (worst)."""


def governance_hhi(
    shares: npt.ArrayLike, risk: npt.ArrayLike, trade: npt.ArrayLike = 1.0, axis: int = -1
) -> Floats:
    """Return HHI_WGI,t = sum(S_c^2 x WGI_c x t_c), from 0 to 10 where t is 1 at most.

    Args:
        shares: S_c, fractions of one total.
        risk: from 0 (stable) to 1, scaled to WGI from 0 to 10. The method takes the mean of all
            six governance indicators; political stability alone is another choice.
        trade: t_c, 0.8 to below 1 within the Union or its agreements, above 1 under export
            restrictions.
        axis: of the countries.

    Raises:
        ValueError: shares above one in sum, or a negative risk or adjustment.
    """
    weights = _WGI_SCALE * np.asarray(risk, float) * np.asarray(trade, float)
    return weighted_hhi(shares, weights, axis)


def import_reliance(
    production: npt.ArrayLike, imports: npt.ArrayLike, exports: npt.ArrayLike
) -> Floats:
    """Return IR = (M - X) / (production + M - X), from 0 to 1; amounts in one unit.

    A net exporter relies on no imports. With no use at all it is not a number.

    Raises:
        InputError: a negative amount.
    """
    p, m, x = (np.asarray(v, float) for v in (production, imports, exports))
    if any(np.any(~(v >= 0)) for v in (p, m, x)):
        raise InputError("production, imports and exports must be numbers of 0 or more")
    net = np.maximum(m - x, 0.0)
    use = np.asarray(p + net)
    found = np.full(use.shape, np.nan)
    np.divide(net, use, out=found, where=use > 0)
    return found


def eu_supply_risk(
    hhi_global: npt.ArrayLike,
    hhi_eu: npt.ArrayLike,
    reliance: npt.ArrayLike,
    recycling_input_rate: npt.ArrayLike,
    substitution: npt.ArrayLike,
) -> Floats:
    """Return SR; 1 or more counts as high.

    Args:
        hhi_global: HHI_WGI,t of world supply.
        hhi_eu: HHI_WGI,t of what the Union sources.
        reliance: IR, 0 to 1.
        recycling_input_rate: EoL-RIR, 0 to 1.
        substitution: SI_SR, 0 to 1; 1 where nothing can replace it.

    Raises:
        InputError: an input outside its range.
    """
    world, union = np.asarray(hhi_global, float), np.asarray(hhi_eu, float)
    if np.any(~(world >= 0)) or np.any(~(union >= 0)):
        raise InputError("a governance-weighted HHI must be a number of 0 or more")
    ir = _fraction(reliance, "import reliance")
    rir = _fraction(recycling_input_rate, "the end-of-life recycling input rate")
    si = _fraction(substitution, "the substitution index")
    return np.asarray((world * ir / 2 + union * (1 - ir / 2)) * (1 - rir) * si)


def _fraction(values: npt.ArrayLike, name: str) -> Floats:
    found = np.asarray(values, float)
    if np.any(~((found >= 0) & (found <= 1))):
        raise InputError(f"{name} must lie between 0 and 1 (40 % is 0.40)")
    return found

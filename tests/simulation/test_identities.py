"""Numbers and codes are valid according to an independent implementation."""

import numpy as np
from stdnum.cn import ric, uscc

from iecareer.simulation.identities import credit_codes, identity_numbers
from iecareer.simulation.region import Region
from iecareer.simulation.timeline import stream


def test_identity_numbers_are_valid_and_say_sex_and_birth() -> None:
    n = 2_000
    rng = stream(5, "test")
    regions = np.array(["330102", "440106", "230602"])[rng.integers(0, 3, n)]
    born_on = np.datetime64("1996-02-27") + rng.integers(0, 5, n)
    female = rng.random(n) < 0.5
    numbers = identity_numbers(regions, born_on, female, rng)
    assert len(set(numbers.tolist())) == n
    for number, region, born, is_female in zip(
        numbers.tolist(), regions, born_on.tolist(), female, strict=True
    ):
        assert ric.is_valid(number)
        assert number.startswith(str(region))
        assert ric.get_birth_date(number) == born
        assert (int(number[16]) % 2 == 0) == is_female


def test_credit_codes_are_valid_and_different() -> None:
    region = Region(3_000, 1, 24)
    codes = region.enterprises.codes.tolist()
    assert all(uscc.is_valid(code) for code in codes)
    assert len(set(codes)) == len(codes)
    assert all(
        code[2:8] == division for code, division in zip(codes, region.enterprises.division, strict=True)
    )


def test_random_regions_give_valid_codes_in_every_position() -> None:
    codes = credit_codes(np.full(5_000, "510104"), stream(2, "test"))
    assert all(uscc.is_valid(code) for code in codes.tolist())
    assert len({code[16] for code in codes.tolist()}) > 9

"""The statements that repeat a small register for many made-up communes."""

from __future__ import annotations

PLACES = """
CREATE UNLOGGED TABLE bench_places AS
WITH base AS (
    SELECT code, agency_code, row_number() OVER (ORDER BY code) - 1 AS rank
    FROM units WHERE level = 'commune' AND agency_code IS NOT NULL ORDER BY code LIMIT 148
), numbered AS (
    SELECT n, n / 148 AS copy, base.* FROM generate_series(0, %(communes)s - 1) n
    JOIN base ON base.rank = n %% 148
)
SELECT code AS base_code,
       CASE copy WHEN 0 THEN code ELSE (90000 + n)::text END AS code,
       CASE copy WHEN 0 THEN agency_code
            ELSE 'Z' || lpad((n %% 33)::text, 2, '0') || '.' || (n / 33 + 1) END AS agency,
       CASE copy WHEN 0 THEN '' ELSE '.' || n END AS suffix,
       (60 + n %% 33)::text AS province, copy, n
FROM numbered
"""

PROVINCE_UNITS = """
INSERT INTO units (code, level, name, name_search, valid_from, source)
SELECT (60 + p)::text, 'province', 'Tỉnh thử tải ' || p, 'tinh thu tai ' || p, '2025-07-01',
       'made up for measuring'
FROM generate_series(0, 32) p
"""

COMMUNE_UNITS = """
INSERT INTO units (code, level, parent_code, agency_code, name, name_search, valid_from, source)
SELECT code, 'commune', province, agency, 'Xã thử tải ' || n, 'xa thu tai ' || n, '2025-07-01',
       'made up for measuring'
FROM bench_places WHERE copy > 0
"""

STAFF = """
WITH made AS (
    INSERT INTO users (username, display_name, email, password_hash, is_active, created_at)
    SELECT DISTINCT u.username || p.suffix, u.display_name || p.suffix,
           replace(u.email, '@', p.suffix || '@'), u.password_hash, true, u.created_at
    FROM users u JOIN role_grants g ON g.user_id = u.id
    JOIN bench_places p ON p.base_code = g.unit_code AND p.copy > 0
    RETURNING id, username
)
INSERT INTO role_grants (user_id, role, unit_code, granted_at)
SELECT made.id, g.role, p.code, g.granted_at
FROM users u JOIN role_grants g ON g.user_id = u.id
JOIN bench_places p ON p.base_code = g.unit_code AND p.copy > 0
JOIN made ON made.username = u.username || p.suffix
"""

SESSIONS = """
INSERT INTO user_sessions (user_id, token_digest, created_at, expires_at)
SELECT g.user_id, sha256(rpad('bench-' || coalesce(g.unit_code, 'all') || '-', 43, 'x')::bytea),
       %(now)s, %(until)s
FROM role_grants g WHERE g.role IN ('reception', 'integrator', 'province_viewer')
"""

MAP = """
CREATE UNLOGGED TABLE bench_map AS
SELECT %(wanted)s + 1 - newest AS new_id, old_id, base_code, code, agency, suffix
FROM (
    SELECT row_number() OVER (ORDER BY d.id DESC, p.n DESC) AS newest, d.id AS old_id, p.*
    FROM base_dossiers d JOIN bench_places p ON p.base_code = d.receiving_unit
) ranked WHERE newest <= %(wanted)s
"""

UNIT = "CASE WHEN b.{0} = m.base_code THEN m.code ELSE b.{0} END"
JSON = """
b.{0}
|| CASE WHEN b.{0} ? 'receiving_unit' THEN jsonb_build_object('receiving_unit', m.code)
        ELSE '{{}}' END
|| CASE WHEN b.{0} ? 'resolving_unit' THEN jsonb_build_object('resolving_unit', m.code)
        ELSE '{{}}' END
|| CASE WHEN b.{0} ? 'officer'
        THEN jsonb_build_object('officer', (b.{0} ->> 'officer') || m.suffix) ELSE '{{}}' END
"""
UNITS_AND_STAFF = (PROVINCE_UNITS, COMMUNE_UNITS, STAFF)

CHANGED = {
    "dossiers": {
        "id": "m.new_id",
        "code": "m.agency || substr(b.code, position('-' in b.code))",
        "receiving_unit": UNIT.format("receiving_unit"),
        "resolving_unit": UNIT.format("resolving_unit"),
        "officer": "b.officer || m.suffix",
    },
    "dossier_events": {
        "id": "row_number() OVER (ORDER BY b.recorded_at, m.new_id, b.version)",
        "dossier_id": "m.new_id",
        "actor": "b.actor || m.suffix",
        "changes": JSON.format("changes"),
        "facts": JSON.format("facts"),
    },
    "parties": {"dossier_id": "m.new_id"},
    "due_versions": {"dossier_id": "m.new_id"},
    "clock_stops": {"dossier_id": "m.new_id"},
    "dossier_stages": {
        "dossier_id": "m.new_id",
        "unit_code": UNIT.format("unit_code"),
        "officer": "b.officer || m.suffix",
    },
}
COUNTERS = """
INSERT INTO code_counters
SELECT p.agency, c.day, c.last_number FROM base_code_counters c
JOIN units u ON u.agency_code = c.agency_code JOIN bench_places p ON p.base_code = u.code
"""

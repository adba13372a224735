{#- The columns of a roll-up's codes, with commas between them. A row fills only the codes of its scope. -#}
{% macro rollup_codes(before='', after='') -%}
    {%- set codes = [
        'institution_code', 'program_code', 'program_group_code', 'region_class', 'area_code', 'mode', 'enterprise_code'
    ] -%}
    {{ before }}{{ codes | join(after ~ ', ' ~ before) }}{{ after }}
{%- endmacro %}

{#-
    The codes of published roll-ups. Areas are not published: many hold so few institutions that the difference of two
    rows would be one institution, rounded once more.
-#}
{% macro published_codes(before='', after='') -%}
    {%- set codes = rollup_codes().split(', ') | reject('equalto', 'area_code') -%}
    {{ before }}{{ codes | join(after ~ ', ' ~ before) }}{{ after }}
{%- endmacro %}

{#- CTE member (cell_id, scope, codes, cohort_year): each cell in each scope, from the CTEs of `scopes`. -#}
{% macro rollup_members(scopes) -%}
    member as (
    {% for scope, (relation, keys) in scopes.items() %}
        select
            cell_id,
            '{{ scope }}' as scope,
            {% for code in rollup_codes().split(', ') -%}
                {{ code if code in keys else 'cast(null as string)' }} as {{ code }},
            {% endfor -%}
            cohort_year
        from {{ relation }}
        {{ 'where ' ~ keys[0] ~ ' is not null' if keys }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
    )
{%- endmacro %}

{#-
    The rows of `relation` (one per rollup_id and keys) with scope, codes and cohort of their roll-up. Indicators of
    first jobs also have rows for employers: they pass ref('int_every_rollup') as `rollups`.
-#}
{% macro with_rollup(relation, columns, rollups=none) -%}
    select
        rollup.scope,
        {{ rollup_codes('rollup.') }},
        rollup.cohort_year,
        {{ relation }}.{{ columns | join(', ' ~ relation ~ '.') }}
    from {{ relation }}
    inner join {{ rollups or ref('int_rollup') }} as rollup on {{ relation }}.rollup_id = rollup.rollup_id
{%- endmacro %}

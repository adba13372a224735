{{ config(schema='feedback', alias='job_match') }}
{%- set keys = {'months': 'wave_months', 'definition': 'definition', 'fit': 'fit'} -%}
{{ published_table('job_match', keys, 'share', with_weighting=true) }}

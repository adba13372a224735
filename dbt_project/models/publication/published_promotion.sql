{{ config(schema='feedback', alias='promotion') }}
{{ published_table('promotion', {'months': 'horizon_months'}, 'incidence') }}

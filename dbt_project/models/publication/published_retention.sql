{{ config(schema='feedback', alias='retention') }}
{{ published_table('retention', {'months': 'horizon_months'}, 'retention') }}

{{ config(schema='feedback', alias='employer') }}
{{ published_table('employer', {'months': 'horizon_months', 'definition': 'n_employers'}, 'share') }}

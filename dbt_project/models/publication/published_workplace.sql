{{ config(schema='feedback', alias='workplace') }}
{{ published_table('workplace', {'months': 'horizon_months', 'definition': 'dimension', 'fit': 'category'}, 'share') }}

{{ config(schema='feedback', alias='response') }}
{{ published_table('response', {'months': 'wave_months'}, 'response_rate') }}

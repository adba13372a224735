{{ config(schema='feedback', alias='employment') }}
{{ published_table('employment', {'months': 'wave_months', 'definition': 'definition'}, 'share', with_weighting=true) }}

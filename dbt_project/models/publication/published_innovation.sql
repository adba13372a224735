{{ config(schema='feedback', alias='innovation') }}
{{ published_table('innovation', {'definition': 'kind'}, 'share') }}

{{ config(schema='feedback', alias='certificate') }}
{{ published_table('certificate', {'definition': 'phase', 'fit': 'measure'}, 'share') }}

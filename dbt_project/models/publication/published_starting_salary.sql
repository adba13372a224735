{{ config(schema='feedback', alias='starting_salary') }}
{{ published_pay_table('starting_salary', 'p50_region_adjusted') }}

{{ config(schema='feedback', alias='wage') }}
{{ published_pay_table('wage', 'p50_compared', with_horizon=true) }}

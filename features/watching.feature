@local
Feature: Operators watch the proxy
  The admin port tells whether the proxy works, whether it wants requests, and what it has done.

  Scenario: Metrics tell hits from misses
    Given a proxy with an admin port and a Redis of its own
    And Redis holds "Superhero" for "Batman"
    When "Batman" is read over HTTP
    And "Batman" is read over RESP
    Then the metrics say that "redis_proxy_cache_misses_total" is 1
    And the metrics say that "redis_proxy_cache_hits_total" is 1
    And the metrics say that "redis_proxy_backing_up" is 1
    And no metric has the name of a key

  Scenario: A proxy without Redis is live and ready
    Given a proxy with an admin port and a Redis of its own
    When Redis stops
    And "Batman" is requested over HTTP
    Then the probe "livez" says "ok"
    And the probe "readyz" says "ok"
    And before long the metrics say that "redis_proxy_backing_up" is 0

  Scenario: A proxy that needs Redis is not ready without it
    Given a proxy that is ready only with Redis
    When the probe "readyz" has said "ok"
    And Redis stops
    Then before long the probe "readyz" says that Redis does not answer
    When Redis starts
    Then before long the probe "readyz" says "ok"

  Scenario: A key that Redis was slow to answer for is found
    Given a proxy that keeps loads of 0.1 seconds and longer, and a Redis of its own
    And Redis holds "Superhero" for "Batman"
    And Redis holds "Sidekick" for "Robin"
    When "Robin" is read over HTTP
    And Redis pauses for 0.3 seconds
    And "Batman" is read over HTTP
    Then the slow log has "Batman" alone, with at least 0.1 seconds
    And the latest slow load took at least 0.1 seconds

  Scenario: Figures of a command
    Given a proxy with an admin port and a Redis of its own
    And Redis holds "Superhero" for "Batman"
    When "Batman" is read over RESP
    And "Batman" is read over RESP
    And "NONSENSE" is sent over RESP
    Then the reply is an error that begins "ERR unknown command"
    When "INFO commandstats errorstats" is sent over RESP
    Then the reply has lines that begin
      | cmdstat_get:calls=2,                    |
      | cmdstat_unknown:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=0 |
      | errorstat_ERR:count=1                   |
    When "CONFIG RESETSTAT" is sent over RESP
    Then the reply is exactly "+OK\r\n"
    When "LATENCY HISTOGRAM get" is sent over RESP
    Then the reply is exactly "*0\r\n"

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

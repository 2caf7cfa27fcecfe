@local
Feature: A collector of OpenTelemetry
  The standard variables of OpenTelemetry are all that it takes for metrics and traces to be sent. Hits have no trace.

  Scenario: A load is part of the trace of its request
    Given a collector, and a proxy whose environment names it
    And Redis holds "Superhero" for "Batman"
    When "Batman" is read over HTTP with a trace
    And "Batman" is read over HTTP with another trace
    And the proxy stops
    Then the collector has one span alone, of the first trace
    And that span is of a GET at the address of Redis, and ended with a value
    And nothing that the collector has holds the key "Batman"

  Scenario: The metrics are those that Prometheus reads
    Given a collector, and a proxy whose environment names it
    And Redis holds "Superhero" for "Batman"
    When "Batman" is read over HTTP
    And "Batman" is read over RESP
    And the proxy stops
    Then the collector has the metric "redis_proxy_cache_hits_total" with 1
    And the collector has the metric "redis_proxy_cache_misses_total" with 1

  Scenario: A collector that fails costs no request
    Given a collector that fails, and a proxy whose environment names it
    And Redis holds "Superhero" for "Batman"
    When "Batman" is read over HTTP
    Then the answer is "Superhero"
    And before long the log has a line with "OpenTelemetry:" and "does not take traces"

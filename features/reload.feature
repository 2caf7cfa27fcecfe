@local
Feature: Settings change without a restart
  The proxy reads its settings anew by SIGHUP. Those that can change apply at once, all of them or none. No client notices.

  Scenario: A shorter time to live counts for what is cached
    Given a proxy whose file has "TTL=60", and a Redis of its own
    And Redis holds "old" for "Batman"
    And "Batman" has been read
    And Redis holds "new" for "Batman"
    When the file has "TTL=0.01" from now on
    And the proxy is sent SIGHUP
    Then before long the log has a line with "SIGHUP: changed TTL from '60'" and "to '0.01'"
    And before long "Batman" is answered "new" over HTTP

  Scenario: A setting that is not accepted changes nothing
    Given a proxy whose file has "TTL=60", and a Redis of its own
    When the file has "TTL=5 STALE_IF_ERROR=none" from now on
    And the proxy is sent SIGHUP
    Then before long the log has a line with "SIGHUP: the settings stay as they are" and "STALE_IF_ERROR: 'none' is not accepted"
    And CONFIG GET says that "ttl" is "60"

  Scenario: What needs a restart is named
    Given a proxy whose file has "TTL=60", and a Redis of its own
    When the file has "TTL=5 NEGATIVE_CACHE_SIZE=77" from now on
    And the proxy is sent SIGHUP
    Then before long the log has a line with "changed TTL" and "needs a restart: NEGATIVE_CACHE_SIZE from"
    And CONFIG GET says that "ttl" is "5"

@local
Feature: Settings change without a restart
  The proxy reads its settings anew by SIGHUP, or when their file has changed. Those that can change apply at once, all of them or none. No
  client notices.

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
    When the file has "TTL=5 REDIS_POOL_SIZE=77" from now on
    And the proxy is sent SIGHUP
    Then before long the log has a line with "changed TTL" and "needs a restart: REDIS_POOL_SIZE from"
    And CONFIG GET says that "ttl" is "5"

  Scenario: A smaller cache keeps what was read last
    Given a proxy whose file has "CACHE_SIZE=100", and a Redis of its own
    And Redis holds "kept" for "Batman"
    And Redis holds "dropped" for "Robin"
    And "Robin" has been read
    And "Batman" has been read
    When the file has "CACHE_SIZE=1" from now on
    And the proxy is sent SIGHUP
    Then before long the log has a line with "changed CACHE_SIZE from '100'" and "to '1'"
    And Redis holds "new" for "Batman"
    And Redis holds "new" for "Robin"
    And before long "Robin" is answered "new" over HTTP

  Scenario: An administrator sets settings with CONFIG SET
    Given a proxy whose file has "TTL=60", and a Redis of its own
    When "CONFIG SET ttl 5 timeout 7" is sent over RESP
    Then the reply is no error
    And CONFIG GET says that "ttl" is "5"
    And CONFIG GET says that "idle-timeout" is "7"

  Scenario: A file that is watched needs no signal
    Given a proxy whose file has "TTL=60 CONFIG_WATCH=0.1", and a Redis of its own
    When the file has "TTL=5 CONFIG_WATCH=0.1" from now on
    Then before long the log has a line with "CONFIG_WATCH: changed TTL from '60'" and "to '5'"

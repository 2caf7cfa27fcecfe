@local
Feature: A master that Sentinels watch
  The proxy asks the Sentinels where the master is, and follows it to another server without a restart.

  Scenario Outline: The master crashes, read over <port>
    Given a master that Sentinels watch
    And the master holds "Superhero" for "Batman"
    And a proxy that knows the Sentinels
    When the master crashes and a replica takes its place
    Then before long "Batman" is answered "Superhero" over <port>
    And INFO names the master
    And the proxy has told once that the master has changed

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: What was read from the old master is not served
    Given a master that Sentinels watch
    And the master holds "Superhero" for "Batman"
    And a proxy that knows the Sentinels, with tracking
    And before long "Batman" is answered "Superhero" over HTTP
    When an operator has a replica take the place of the master
    And the master holds "Detective" for "Batman"
    Then before long "Batman" is answered "Detective" over HTTP

  Scenario: The proxy starts before the Sentinels
    Given a master whose Sentinels have not started
    And the master holds "Superhero" for "Batman"
    And a proxy that knows the Sentinels
    And "Batman" is read over HTTP
    And the answer is an error that mentions "Sentinel"
    When the Sentinels start
    Then before long "Batman" is answered "Superhero" over HTTP

  Scenario: All Sentinels crash
    Given a master that Sentinels watch
    And the master holds "Superhero" for "Batman"
    And a proxy that knows the Sentinels
    And before long INFO says that 3 Sentinels tell the master
    When all Sentinels crash
    Then before long INFO says that 0 Sentinels tell the master
    And before long "Batman" is answered "Superhero" over RESP

  Scenario Outline: The proxy takes a Sentinel for Redis, read over <port>
    Given a master that Sentinels watch
    And a proxy that takes a Sentinel for Redis
    When "Batman" is read over <port>
    Then the answer is an error that mentions "set REDIS_URL=redis-sentinel://"
    And the answer is an error that mentions "#mymaster"

    Examples:
      | port |
      | HTTP |
      | RESP |

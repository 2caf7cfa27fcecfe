@local
Feature: Values are read from replicas
  A master has copies of its keys on replicas. The proxy reads from these if it is told to, so that the master has less to do, and
  so that reads go on without it.

  Scenario Outline: A replica is read from, over <port>
    Given a master that Sentinels watch
    And the master holds "Superhero" for "Batman"
    And a proxy that prefers replicas
    When "Batman" is read over <port>
    Then the answer is "Superhero"
    And the master has not been asked
    And INFO names 2 replicas that are read from

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: A write to the master reaches those who read from a replica
    Given a master that Sentinels watch
    And the master holds "Superhero" for "Batman"
    And a proxy that prefers replicas, which report writes
    And "Batman" is read until no server is asked for it
    When the master holds "Retired" for "Batman"
    Then before long "Batman" is answered "Retired" over HTTP
    And before long "Batman" is answered "Retired" over RESP
    And the master has not been asked

  Scenario: All replicas crash
    Given a master that Sentinels watch
    And the master holds "Superhero" for "Batman"
    And a proxy that prefers replicas
    When all replicas crash
    Then before long "Batman" is answered "Superhero" over HTTP

  Scenario: All replicas crash, and the master is not to be read from
    Given a master that Sentinels watch
    And the master holds "Superhero" for "Batman"
    And a proxy that reads from replicas alone
    When all replicas crash
    Then before long "Batman" is answered over HTTP with an error that mentions "replica"
    And before long "Batman" is answered over RESP with an error that mentions "replica"
    And the master has not been asked

  Scenario: The replicas lose their master, and what was read from them is not served
    Given a master that Sentinels watch
    And the master holds "Superhero" for "Batman"
    And a proxy that reads from replicas alone, which report writes
    And "Batman" is read until no server is asked for it
    When the master crashes
    Then before long "Batman" is answered over RESP with an error that mentions "replica"

  Scenario: The replicas lose their master, and are to be read from nevertheless
    Given a master that Sentinels watch
    And the master holds "Superhero" for "Batman"
    And a proxy that reads from replicas alone, even from those without their master
    When the master crashes
    And the replicas know that their master is gone
    Then for 2 seconds keys that were not read before are answered over RESP

  Scenario: The replicas of a Cluster are read from
    Given a Cluster with a replica of each master
    And the Cluster holds 30 keys, some on each node
    And the replicas have copied them
    And a proxy in front of it that reads from replicas alone
    Then before long each of these keys is answered with its value over RESP
    And one MGET for all of them has each value in its place
    And no master of the Cluster has been asked

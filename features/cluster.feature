@local
Feature: Redis is a Cluster
  The keys are on several nodes. Clients of the proxy need not know that: they read any key, and many at once.

  Scenario Outline: <told>, keys of all nodes are read over <port>
    Given a proxy <told>
    And the Cluster holds 30 keys, some on each node
    Then each of these keys is answered with its value over <port>

    Examples:
      | told                                              | port |
      | in front of a Cluster                             | HTTP |
      | in front of a Cluster                             | RESP |
      | that is told the address of one node of a Cluster | HTTP |
      | that is told the address of one node of a Cluster | RESP |

  Scenario: Keys of all nodes are asked for at once
    Given a proxy in front of a Cluster
    And the Cluster holds 30 keys, some on each node
    Then one MGET for all of them has each value in its place
    And INFO names 3 nodes of a Cluster

  Scenario Outline: A slot moves to another node, read over <port>
    Given a proxy in front of a Cluster
    And the Cluster holds "Superhero" for "Batman"
    When the slot of "Batman" moves to another node
    And "Batman" is read over <port>
    Then the answer is "Superhero"

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: A value is overwritten after its slot has moved
    Given a proxy to which a Cluster reports writes
    And the Cluster holds "Superhero" for "Batman"
    And "Batman" has been read
    When the slot of "Batman" moves to another node
    And the Cluster holds "Retired" for "Batman"
    Then before long "Batman" is answered "Retired" over HTTP
    And before long "Batman" is answered "Retired" over RESP

  Scenario: One node is down
    Given a proxy in front of a Cluster of its own
    And the Cluster holds 30 keys, some on each node
    When one node of the Cluster crashes
    Then the keys of the other nodes are answered with their values over HTTP
    And the keys of that node are answered over RESP with an error that names it

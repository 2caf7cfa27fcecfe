Feature: The cache never exceeds its capacity
  A full cache evicts the key that was read longest ago, over either port.

  Background:
    Given a proxy in front of Redis

  Scenario: More keys than the cache holds
    Given Redis holds 5 keys more than the capacity of the cache
    And all of them have been read, one after the other
    When all their values change in Redis
    Then all but the first 5 are answered with their old values
    And the first 5 are answered with their new values

  Scenario Outline: A read over <port> protects a key from eviction
    Given Redis holds 1 key more than the capacity of the cache
    And all but the last of them have been read, one after the other
    And the first is read over <port>
    And the last is read over <port>
    When all their values change in Redis
    Then the first is answered with its old value
    And the second is answered with its new value

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: Reads in random order
    Given Redis holds twice as many keys as the capacity of the cache
    When they are read in random order over both ports, each with a new value in Redis before each read
    Then every answer is that of a model that evicts the key read longest ago

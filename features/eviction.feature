Feature: The cache never outgrows its capacity
  What has not been read for longest makes room, wherever it was read.

  Background:
    Given a proxy in front of Redis

  Scenario: More keys than there is room for
    Given Redis holds 5 keys more than the cache has room for
    And all of them have been read, one after the other
    When all their values change in Redis
    Then all but the first 5 are answered with their old values
    And the first 5 are answered with their new values

  Scenario Outline: A read over <port> keeps a key
    Given Redis holds 1 key more than the cache has room for
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

  Scenario: Any order of reading
    Given Redis holds twice as many keys as the cache has room for
    When they are read at random over both ports, each with a new value in Redis before each read
    Then every answer is as if always the key not read for longest had made room

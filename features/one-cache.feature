Feature: One cache behind both ports
  A value that was read over one port is a hit on the other.

  Background:
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"

  Scenario Outline: Read over <first>, then over <second>
    When "Batman" is read over <first>
    Then the answer is "Superhero"
    When Redis holds "Retired" for "Batman"
    And "Batman" is read over <second>
    Then the answer is "Superhero"
    And Redis has been read exactly 1 time

    Examples:
      | first | second |
      | HTTP  | RESP   |
      | RESP  | HTTP   |

  Scenario Outline: An absent key is not cached, read over <port>
    When "Nobody" is read over <port>
    Then the key is absent
    When Redis holds "Somebody" for "Nobody"
    And "Nobody" is read over <port>
    Then the answer is "Somebody"

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario Outline: An error is not cached, read over <port>
    Given Redis holds a list for "Robin"
    When "Robin" is read over <port>
    Then the answer is an error that mentions "WRONGTYPE"
    When "Robin" is deleted from Redis
    And Redis holds "Sidekick" for "Robin"
    And "Robin" is read over <port>
    Then the answer is "Sidekick"

    Examples:
      | port |
      | HTTP |
      | RESP |

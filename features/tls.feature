@local
Feature: Redis is reached over TLS
  The proxy verifies who answers. What does not fit is told in words that say what to set.

  Scenario Outline: A key is read over <port>
    Given a proxy in front of a Redis with TLS
    And Redis holds "Superhero" for "Batman"
    When "Batman" is read over <port>
    Then the answer is "Superhero"

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: INFO says that connections are encrypted
    Given a proxy in front of a Redis with TLS
    Then before long INFO says that Redis is one server, reached over TLS

  Scenario Outline: The proxy trusts another authority, read over <port>
    Given a proxy that trusts another authority than that of its Redis
    When "Batman" is read over <port>
    Then the answer is an error that mentions "by none of the authorities in"

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: The proxy does not know that the port is for TLS
    Given a proxy without TLS in front of a port for TLS
    When "Batman" is read over RESP
    Then the answer is an error that mentions "REDIS_TLS=true"

  Scenario: The proxy speaks TLS to a port without it
    Given a proxy with TLS in front of a port without it
    When "Batman" is read over RESP
    Then the answer is an error that mentions "it does not speak TLS"

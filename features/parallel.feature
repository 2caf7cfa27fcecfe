Feature: Served in parallel
  Within the limit nobody waits for somebody else, only for Redis.

  Scenario Outline: As many as the limit allows wait together over <port>
    Given a proxy in front of Redis
    And Redis holds as many keys as the proxy admits at once
    And Redis pauses for 0.5 seconds
    When all of them are asked for at once over <port>
    Then all are answered with their values as soon as Redis goes on

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: As many as the limit allows wait over each port
    Given a proxy in front of Redis
    And Redis holds as many keys as the proxy admits at once
    And Redis pauses for 0.5 seconds
    When all of them are asked for at once over HTTP and over RESP
    Then all are answered with their values as soon as Redis goes on

  Scenario Outline: What is in memory does not wait behind what is not, over <port>
    Given a proxy in front of Redis
    And Redis holds as many keys as the proxy admits at once
    And the first of them has been read
    And Redis pauses for 0.5 seconds
    When all but the first are asked for at once over <port>
    Then the first is answered over <port> before Redis goes on
    And all are answered with their values as soon as Redis goes on

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario Outline: A rush of connections over <port>
    Given a proxy that admits a thousand at once
    When half a thousand, or as many as the limit allows, connect over <port> one right after the other
    Then none of them has waited for a second

    Examples:
      | port |
      | HTTP |
      | RESP |

Feature: Requests are served in parallel
  Within the limit, no request waits for another one, only for Redis.

  Scenario Outline: As many requests as the limit allows wait together over <port>
    Given a proxy in front of Redis
    And Redis holds as many keys as the proxy admits at once
    And Redis pauses for 0.5 seconds
    When all of them are requested at once over <port>
    Then all are answered with their values as soon as Redis resumes

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: As many requests as the limit allows wait over each port
    Given a proxy in front of Redis
    And Redis holds as many keys as the proxy admits at once
    And Redis pauses for 0.5 seconds
    When all of them are requested at once over HTTP and over RESP
    Then all are answered with their values as soon as Redis resumes

  Scenario Outline: A hit does not wait for misses, over <port>
    Given a proxy in front of Redis
    And Redis holds as many keys as the proxy admits at once
    And the first of them has been read
    And Redis pauses for 0.5 seconds
    When all but the first are requested at once over <port>
    Then the first is answered over <port> before Redis resumes
    And all are answered with their values as soon as Redis resumes

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario Outline: Many new connections over <port>
    Given a proxy that admits a thousand requests at once
    When 500 clients, or as many as the limit allows, connect over <port> one right after the other
    Then none of them has waited for a second

    Examples:
      | port |
      | HTTP |
      | RESP |

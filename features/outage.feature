@local
Feature: Redis goes away and comes back
  Without Redis, what is in memory is served, the rest is refused soon and with a cause, and nothing needs a restart.

  Scenario: Refused over HTTP
    Given a proxy with a Redis of its own
    And Redis holds "Superhero" for "Batman"
    When Redis stops
    And "Batman" is asked for over HTTP
    Then within 3 seconds the status 503 comes, with "Retry-After" and one line of text

  Scenario: Refused over RESP
    Given a proxy with a Redis of its own
    And Redis holds "Superhero" for "Batman"
    When Redis stops
    And "Batman" is asked for over RESP
    Then within 3 seconds an error comes that begins "ERR "

  Scenario Outline: What is in memory is served over <port>
    Given a proxy with a Redis of its own
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis stops
    And "Batman" is read over <port>
    Then the answer is "Superhero"

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario Outline: Redis comes back, asked over <port>
    Given a proxy with a Redis of its own
    And Redis stops
    And "Batman" is read over <port>
    And the answer is an error that mentions "Redis"
    When Redis starts
    And Redis holds "Superhero" for "Batman"
    Then before long "Batman" is answered "Superhero" over <port>

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario Outline: Connections that died unnoticed, asked over <port>
    Given a proxy with a Redis of its own
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis crashes
    And Redis starts
    And Redis holds "Sidekick" for "Robin"
    And "Robin" is read over <port>
    Then the answer is "Sidekick"

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: All connections died unnoticed
    Given a proxy with a Redis of its own
    And Redis holds as many keys as the proxy admits at once
    And Redis pauses for 0.3 seconds
    And all of them are asked for at once over HTTP
    And all are answered with their values as soon as Redis goes on
    When Redis crashes
    And Redis starts
    And Redis holds as many new keys as the proxy admits at once
    And all of them are asked for at once over HTTP
    Then all are answered with their values

  Scenario: Redis is too slow
    Given a proxy with a Redis of its own
    And Redis holds "Superhero" for "Batman"
    And Redis pauses for 3 seconds
    When "Batman" is asked for over HTTP
    And "Batman" is asked for over RESP
    Then within 2 seconds the status 503 comes, with "Retry-After" and one line of text
    And within 2 seconds an error comes that begins "ERR "

  Scenario: Everybody who waits is told
    Given a proxy with a Redis of its own
    And Redis holds as many keys as the proxy admits at once
    And Redis pauses for 3 seconds
    When all of them are asked for at once over HTTP and over RESP
    Then within 2 seconds all are answered with an error

  Scenario: A proxy that is there before its Redis
    Given a proxy with a Redis of its own that is not started yet
    When "Batman" is asked for over HTTP
    Then within 3 seconds the status 503 comes, with "Retry-After" and one line of text
    When Redis starts
    And Redis holds "Superhero" for "Batman"
    Then before long "Batman" is answered "Superhero" over HTTP
    And before long "Batman" is answered "Superhero" over RESP

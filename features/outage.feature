@local
Feature: Redis fails and recovers
  Without Redis, cached values are served. All other requests are refused soon, with the cause. The proxy needs no restart.

  Scenario: A miss is refused over HTTP
    Given a proxy with a Redis of its own
    And Redis holds "Superhero" for "Batman"
    When Redis stops
    And "Batman" is requested over HTTP
    Then within 3 seconds the answer has the status 503, the header "Retry-After" and one line of text

  Scenario: A miss is refused over RESP
    Given a proxy with a Redis of its own
    And Redis holds "Superhero" for "Batman"
    When Redis stops
    And "Batman" is requested over RESP
    Then within 3 seconds the reply is an error that begins "ERR "

  Scenario Outline: A cached value is served over <port>
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

  Scenario Outline: Redis recovers, read over <port>
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

  Scenario Outline: Dead pooled connections, read over <port>
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

  Scenario: All pooled connections are dead
    Given a proxy with a Redis of its own
    And Redis holds as many keys as the proxy admits at once
    And Redis pauses for 0.3 seconds
    And all of them are requested at once over HTTP
    And all are answered with their values as soon as Redis resumes
    When Redis crashes
    And Redis starts
    And Redis holds as many new keys as the proxy admits at once
    And all of them are requested at once over HTTP
    Then all are answered with their values

  Scenario: Redis is too slow
    Given a proxy with a Redis of its own
    And Redis holds "Superhero" for "Batman"
    And Redis pauses for 3 seconds
    When "Batman" is requested over HTTP
    And "Batman" is requested over RESP
    Then within 2 seconds the answer has the status 503, the header "Retry-After" and one line of text
    And within 2 seconds the reply is an error that begins "ERR "

  Scenario Outline: After the first miss none waits for a Redis that is too slow, read over <port>
    Given a proxy with a Redis of its own
    And Redis pauses for 3 seconds
    And "Batman" is read over <port>
    And the answer is an error that mentions "did not answer"
    Then 20 other keys, one after the other, are each answered with an error at once over <port>
    When Redis holds "Superhero" for "Batman"
    Then before long "Batman" is answered "Superhero" over <port>

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: Every waiting request gets an error
    Given a proxy with a Redis of its own
    And Redis holds as many keys as the proxy admits at once
    And Redis pauses for 3 seconds
    When all of them are requested at once over HTTP and over RESP
    Then within 2 seconds all are answered with an error

  Scenario: A proxy that starts before its Redis
    Given a proxy with a Redis of its own that has not started
    When "Batman" is requested over HTTP
    Then within 3 seconds the answer has the status 503, the header "Retry-After" and one line of text
    When Redis starts
    And Redis holds "Superhero" for "Batman"
    Then before long "Batman" is answered "Superhero" over HTTP
    And before long "Batman" is answered "Superhero" over RESP

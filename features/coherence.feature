@local
Feature: Values follow Redis
  A proxy that Redis tells of writes serves from memory what has not changed, and soon nothing else.

  Scenario Outline: A value is overwritten, read over <port>
    Given a proxy that Redis tells of writes
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis holds "Retired" for "Batman"
    Then before long "Batman" is answered "Retired" over <port>

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: What does not change is served from memory
    Given a proxy that Redis tells of writes
    And Redis holds "Superhero" for "Batman"
    And Redis holds "Sidekick" for "Robin"
    And "Batman" has been read
    When Redis holds "Retired" for "Robin"
    And before long "Robin" is answered "Retired" over RESP
    Then "Batman" is served from memory

  Scenario Outline: A key that did not exist, read over <port>
    Given a proxy that Redis tells of writes
    When "Nobody" is read over <port>
    Then there is no answer
    When Redis holds "Somebody" for "Nobody"
    Then before long "Nobody" is answered "Somebody" over <port>
    When "Nobody" is deleted from Redis
    Then before long "Nobody" is not answered over <port>

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: All keys are deleted
    Given a proxy that Redis tells of writes
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis is emptied
    Then before long "Batman" is not answered over HTTP

  Scenario: Other keys than those that are told of
    Given a proxy that Redis tells of writes to keys that begin with "hero:"
    And Redis holds "Joker" for exactly the key "villain:1"
    And exactly the key "villain:1" has been read
    When Redis holds "Penguin" for exactly the key "villain:1"
    Then exactly the key "villain:1" is answered "Penguin" at once

  Scenario: Redis forgets everything
    Given a proxy that Redis tells of writes
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis crashes
    And Redis starts
    Then before long "Batman" is not answered over HTTP

  Scenario: Redis is away, and nothing may be served that may have changed
    Given a proxy that Redis tells of writes
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis stops
    Then before long "Batman" is answered with an error over HTTP

  Scenario: Redis is away, and what was known last is good enough
    Given a proxy that Redis tells of writes, which may serve what it knows for 60 seconds without it
    And Redis holds "Superhero" for "Batman"
    And "Batman" is served from memory
    When Redis stops
    Then for 1 second "Batman" is answered "Superhero" over HTTP

  Scenario: Redis may not be asked to tell of writes
    Given a proxy for whose user Redis does not tell of writes
    And Redis holds "Superhero" for "Batman"
    And "Batman" is served from memory
    When Redis holds "Retired" for "Batman"
    And "Batman" is read over HTTP
    Then the answer is "Superhero"

@local
Feature: The cache follows writes to Redis
  With tracking, Redis reports writes to the proxy. Unchanged values are served from memory. Changed values are loaded soon.

  Scenario Outline: A value is overwritten, read over <port>
    Given a proxy to which Redis reports writes
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis holds "Retired" for "Batman"
    Then before long "Batman" is answered "Retired" over <port>

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: An unchanged value is served from memory
    Given a proxy to which Redis reports writes
    And Redis holds "Superhero" for "Batman"
    And Redis holds "Sidekick" for "Robin"
    And "Batman" has been read
    When Redis holds "Retired" for "Robin"
    And before long "Robin" is answered "Retired" over RESP
    Then "Batman" is served from memory

  Scenario Outline: An absent key is written, read over <port>
    Given a proxy to which Redis reports writes
    When "Nobody" is read over <port>
    Then the key is absent
    When Redis holds "Somebody" for "Nobody"
    Then before long "Nobody" is answered "Somebody" over <port>
    When "Nobody" is deleted from Redis
    Then before long "Nobody" is absent over <port>

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: All keys are deleted
    Given a proxy to which Redis reports writes
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis is emptied
    Then before long "Batman" is absent over HTTP

  Scenario: A key without the tracked prefix is not cached
    Given a proxy to which Redis reports writes to keys with the prefix "hero:"
    And Redis holds "Joker" for exactly the key "villain:1"
    And exactly the key "villain:1" has been read
    When Redis holds "Penguin" for exactly the key "villain:1"
    Then exactly the key "villain:1" is answered "Penguin" at once

  Scenario: Redis restarts without its data
    Given a proxy to which Redis reports writes
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis crashes
    And Redis starts
    Then before long "Batman" is absent over HTTP

  Scenario: Without Redis, nothing is served from memory
    Given a proxy to which Redis reports writes
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When Redis stops
    Then before long "Batman" is answered with an error over HTTP

  Scenario: Without Redis, cached values are served for the configured time
    Given a proxy with tracking that may serve cached values for 60 seconds without Redis
    And Redis holds "Superhero" for "Batman"
    And "Batman" is served from memory
    When Redis stops
    Then for 1 second "Batman" is answered "Superhero" over HTTP

  Scenario: If the server refuses tracking, values are served for their TTL
    Given a proxy whose Redis user may not use tracking
    And Redis holds "Superhero" for "Batman"
    And "Batman" is served from memory
    When Redis holds "Retired" for "Batman"
    And "Batman" is read over HTTP
    Then the answer is "Superhero"

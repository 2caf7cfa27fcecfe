@local
Feature: Clients keep what they read
  A client that keeps a cache itself asks the proxy once for what does not change, and is told of what does.

  Scenario Outline: A value is overwritten, and <the client is told>
    Given a proxy to which Redis reports writes
    And Redis holds "Superhero" for "Batman"
    And a client that keeps what it reads and <is told>
    And the client holds "Superhero" for "Batman"
    When Redis holds "Retired" for "Batman"
    Then before long the client reads "Retired" for "Batman"

    Examples:
      | the client is told        | is told                              |
      | on its connection         | is told of it on its connection      |
      | on a second connection    | is told of it on a second connection |
      | of all keys with a prefix | is told of all keys                  |

  Scenario: An unchanged value is not asked for again
    Given a proxy to which Redis reports writes
    And Redis holds "Superhero" for "Batman"
    And Redis holds "Sidekick" for "Robin"
    And a client that keeps what it reads and is told of it on its connection
    And the client holds "Superhero" for "Batman"
    And the client holds "Sidekick" for "Robin"
    When Redis holds "Retired" for "Robin"
    Then before long the client reads "Retired" for "Robin"
    And the client still holds "Superhero" for "Batman"

  Scenario: An absent key is written
    Given a proxy to which Redis reports writes
    And a client that keeps what it reads and is told of it on its connection
    And the client holds that "Nobody" is absent
    When Redis holds "Somebody" for "Nobody"
    Then before long the client reads "Somebody" for "Nobody"

  Scenario: A value is written through the proxy
    Given a proxy that passes commands on and to which Redis reports writes
    And Redis holds "Superhero" for "Batman"
    And a client that keeps what it reads and is told of it on its connection
    And the client holds "Superhero" for "Batman"
    When "SET {Batman} Retired" is sent over RESP
    Then the reply is exactly "+OK\r\n"
    And before long the client reads "Retired" for "Batman"

  Scenario: All keys are deleted
    Given a proxy to which Redis reports writes
    And Redis holds "Superhero" for "Batman"
    And a client that keeps what it reads and is told of it on its connection
    And the client holds "Superhero" for "Batman"
    When Redis is emptied
    Then before long the client reads that "Batman" is absent

  Scenario: Nothing is kept while Redis cannot report writes
    Given a proxy with tracking that may serve cached values for 60 seconds without Redis
    And Redis holds "Superhero" for "Batman"
    And a client that keeps what it reads and is told of it on its connection
    And the client holds "Superhero" for "Batman"
    When Redis stops
    Then before long the client reads "Superhero" for "Batman" of the proxy each time

  Scenario: A proxy that is not told of writes tells nobody
    Given a proxy in front of Redis
    When "CLIENT TRACKING ON" is sent over RESP
    Then the reply is an error that begins "ERR CLIENT TRACKING is not possible: this proxy is not told of writes"

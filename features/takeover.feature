@local
Feature: A new proxy takes over from an old one
  It begins with the keys that the old one had in memory, or that a file names. Their values come from Redis.

  Scenario: The new proxy has in memory what the old one had
    Given a proxy that shares its ports, and a Redis of its own
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    And Redis holds "Detective" for "Batman"
    When a new proxy takes over from it
    And Redis stops
    And "Batman" is read over RESP
    Then the answer is "Detective"

  Scenario: A proxy that starts again has in memory what it had
    Given a proxy that keeps its hottest keys in a file, and a Redis of its own
    And Redis holds "Superhero" for "Batman"
    And "Batman" has been read
    When it is started again
    And Redis stops
    And "Batman" is read over HTTP
    Then the answer is "Superhero"

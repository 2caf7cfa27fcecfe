Feature: Values expire
  A value is served until its TTL ends, however often it is read, and never after.

  Background:
    Given a proxy with a short TTL
    And Redis holds "Superhero" for "Batman"

  Scenario: A value that is overwritten in Redis
    Given "Batman" is read for the first time over HTTP
    When Redis holds "Retired" for "Batman"
    And "Batman" is read again and again over both ports until the answer changes
    Then each answer was "Superhero" within the TTL, and "Retired" after it
    And Redis has been read exactly 2 times

  Scenario: A key that is deleted from Redis
    Given "Batman" is read for the first time over RESP
    When "Batman" is deleted from Redis
    And "Batman" is read again and again over both ports until the answer changes
    Then each answer was "Superhero" within the TTL, and the key was absent after it

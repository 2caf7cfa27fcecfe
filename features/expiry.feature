Feature: Values expire
  A value is served for its time, however often it is read, and never after.

  Background:
    Given a proxy whose values expire soon
    And Redis holds "Superhero" for "Batman"

  Scenario: A value that changes
    Given "Batman" is read for the first time over HTTP
    When Redis holds "Retired" for "Batman"
    And "Batman" is read again and again over both ports until the answer changes
    Then each answer was "Superhero" within the time, and "Retired" after it
    And Redis has been read exactly 2 times

  Scenario: A value that goes away
    Given "Batman" is read for the first time over RESP
    When "Batman" is deleted from Redis
    And "Batman" is read again and again over both ports until the answer changes
    Then each answer was "Superhero" within the time, and none after it

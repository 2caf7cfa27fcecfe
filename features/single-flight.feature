Feature: Concurrent requests for a key share one load
  Requests for the same key at the same time cause one read of Redis.

  Background:
    Given a proxy that admits a thousand requests at once

  Scenario: A thousand requests for a key
    Given Redis holds "Superhero" for "Batman"
    And Redis pauses for 0.8 seconds
    When a thousand requests for "Batman", or as many as the limit allows, are sent over both ports at once
    Then each of them is answered "Superhero"
    And Redis has been read exactly 1 time

  Scenario: A thousand requests for a key, while Redis answers at once
    Given Redis holds "Superhero" for "Batman"
    When a thousand requests for "Batman", or as many as the limit allows, are sent over both ports at once
    Then each of them is answered "Superhero"
    And Redis has been read exactly 1 time

  Scenario: A thousand requests for an absent key
    Given Redis pauses for 0.5 seconds
    When a thousand requests for "Nobody", or as many as the limit allows, are sent over both ports at once
    Then each of them is answered that the key is absent

  Scenario: A thousand requests for a key of another type
    Given Redis holds a list for "Robin"
    And Redis pauses for 0.5 seconds
    When a thousand requests for "Robin", or as many as the limit allows, are sent over both ports at once
    Then each of them gets an error that mentions "WRONGTYPE"

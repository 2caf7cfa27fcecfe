Feature: Many ask, Redis is read once
  However many ask for the same key at the same time, Redis is asked for it once.

  Background:
    Given a proxy that admits a thousand at once

  Scenario: A thousand ask for a key
    Given Redis holds "Superhero" for "Batman"
    And Redis pauses for 0.8 seconds
    When a thousand, or as many as the limit allows, ask for "Batman" over both ports at once
    Then each of them is answered "Superhero"
    And Redis has been read exactly 1 time

  Scenario: A thousand ask without waiting for each other
    Given Redis holds "Superhero" for "Batman"
    When a thousand, or as many as the limit allows, ask for "Batman" over both ports at once
    Then each of them is answered "Superhero"
    And Redis has been read exactly 1 time

  Scenario: A thousand ask for a missing key
    Given Redis pauses for 0.5 seconds
    When a thousand, or as many as the limit allows, ask for "Nobody" over both ports at once
    Then each of them gets no answer

  Scenario: A thousand ask for a key that holds something else
    Given Redis holds a list for "Robin"
    And Redis pauses for 0.5 seconds
    When a thousand, or as many as the limit allows, ask for "Robin" over both ports at once
    Then each of them gets an error that mentions "WRONGTYPE"

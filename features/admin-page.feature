@local
Feature: Operators look at the proxy and change what it holds
  The admin port shows a page, and answers the same as JSON. Looking changes nothing.

  Background:
    Given a proxy with an admin port and a Redis of its own
    And Redis holds "Superhero" for "Batman"

  Scenario: The page is there
    Then the admin port shows a page

  Scenario: A key is looked up
    When the admin port is asked for "Batman"
    Then it says that the key is not cached
    When "Batman" is read over RESP
    And the admin port is asked for "Batman"
    Then it says that the key is cached

  Scenario: Looking up is no read
    When "Batman" is read over RESP
    And the admin port is asked for "Batman"
    Then the metrics say that "redis_proxy_cache_hits_total" is 0

  Scenario: A key is invalidated
    When "Batman" is read over RESP
    And the operator invalidates "Batman"
    And the admin port is asked for "Batman"
    Then it says that the key is not cached

  Scenario: Another site cannot have a browser change anything
    When "Batman" is read over RESP
    And a page of another site sends the browser to invalidate "Batman"
    And the admin port is asked for "Batman"
    Then it says that the key is cached

Feature: Writing over HTTP
  Where the operator allows it, any HTTP client writes to Redis, and whoever reads through the proxy gets what was written.

  @local
  Rule: Writing is allowed

    Background:
      Given a proxy whose "--commands" is "all"

    Scenario: A key that is new, and one that is replaced
      When "PUT /{Gordon}" is requested with the body "Commissioner"
      Then the status is 201
      And the header "Content-Length" is "0"
      When "PUT /{Gordon}" is requested with the body "Retired"
      Then the status is 204
      And Redis has "Retired" for "Gordon"

    Scenario Outline: A value that <port> clients have read is read anew after a write
      Given Redis holds "old" for "Batman"
      And "Batman" has been read
      When "PUT /{Batman}" is requested with the body "new"
      And "Batman" is read over <port>
      Then the answer is "new"
      When "DELETE /{Batman}" is requested
      Then the status is 204
      When "Batman" is read over <port>
      Then the key is absent

      Examples:
        | port |
        | HTTP |
        | RESP |

    Scenario: A key that lives for a time
      When "PUT /{Alfred}?ttl=100" is requested with the body "Butler"
      Then the status is 201
      And Redis keeps "Alfred" for 100 seconds at most

    Scenario: Nobody's work is overwritten
      When "PUT /{Vicki}" is requested with the body "Journalist" and "If-None-Match: *"
      Then the status is 201
      And the header "ETag" is "\"fea59777521331a0\""
      When "PUT /{Vicki}" is requested with the body "Photographer" and "If-None-Match: *"
      Then the status is 412
      When "PUT /{Vicki}" is requested with the body "Photographer" and "If-Match: \"fea59777521331a0\""
      Then the status is 204
      When "PUT /{Vicki}" is requested with the body "Editor" and "If-Match: \"fea59777521331a0\""
      Then the status is 412
      And Redis has "Photographer" for "Vicki"

    Scenario: A key that there is not cannot be deleted
      When "DELETE /{Nobody}" is requested
      Then the status is 404

    Scenario: A form writes keys that no path can carry
      When "POST /query" is requested with the body "key={Robin}&value=Sidekick" and "Content-Type: application/x-www-form-urlencoded"
      Then the status is 201
      And Redis has "Sidekick" for "Robin"

    Scenario: A misspelt parameter does not make a key live for ever
      When "PUT /{Alfred}?tll=100" is requested with the body "Butler"
      Then the status is 400
      And the body mentions "tll"

    Scenario: The methods are told
      When "OPTIONS /{Batman}" is requested
      Then the header "Allow" lists "PUT" and "DELETE"

    Scenario: A page of another site writes nothing
      When "PUT /{Batman}" is requested with the body "Joker" and "Origin: https://evil.example"
      Then the status is 403
      And Redis has nothing for "Batman"

  Rule: Only what is allowed is written

    @local
    Scenario: A body that is too long
      Given a proxy that lets clients write bodies of 10 bytes
      When "PUT /{Batman}" is requested with the body "12345678901"
      Then the status is 413
      And Redis has nothing for "Batman"

    Scenario: By default nothing is written
      Given a proxy in front of Redis
      When "PUT /{Batman}" is requested with the body "Joker"
      Then the status is 405
      And Redis has nothing for "Batman"
